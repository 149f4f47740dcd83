import type { UsesReport } from '@pageref/shared';
import { CannotRun, type UsesOptions } from './options.js';

export function uses(_options: UsesOptions): Promise<UsesReport> {
  return Promise.reject(new CannotRun('not built yet'));
}
