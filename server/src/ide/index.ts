import type { AuditReport, UsesReport } from '@pageref/shared';
import { CannotRun, type AuditOptions, type UsesOptions } from './options.js';

export * from './describe-api.js';
export * from './options.js';

export function audit(_options: AuditOptions): Promise<AuditReport> {
  return Promise.reject(new CannotRun('not built yet'));
}

export function uses(_options: UsesOptions): Promise<UsesReport> {
  return Promise.reject(new CannotRun('not built yet'));
}
