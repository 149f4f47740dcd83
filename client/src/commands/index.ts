import { ASK_REASON_COMMAND, EFFECT_TABLE_COMMAND, PEEK_WHY_COMMAND } from '@pageref/shared';
import { GROUPINGS } from '../views/audit-tree.js';
import type { App } from '../app.js';
import { auditPageReserved } from './audit.js';
import { effectTableOf, showEffectTable } from './effect-table.js';
import { exportReport } from './export-report.js';
import { chooseFilter } from './filter.js';
import { openHtmlReport, openReport } from './open-report.js';
import { selectKernelRelease } from './kernel-release.js';
import { peekWhy } from './peek-why.js';
import { askReason } from './suppress.js';

type CommandRun = (app: App) => Promise<void> | void;
/** Run with the arguments of the code action that names it. */
type RunWith = (app: App, argument: never) => Promise<void>;

const grouped = Object.fromEntries(
  GROUPINGS.map((grouping): [string, CommandRun] => {
    const name = grouping.charAt(0).toUpperCase() + grouping.slice(1);
    return [`pageref.groupBy${name}`, ({ view }) => view.groupBy(grouping)];
  }),
);

/** Every command of the manifest and what it does. */
export const COMMANDS: Readonly<Record<string, CommandRun>> = {
  'pageref.auditPageReserved': (app) => auditPageReserved(app),
  'pageref.auditWhatIf': (app) => auditPageReserved(app, { whatIf: 'no-reserved-zone-device' }),
  'pageref.showEffectTable': showEffectTable,
  'pageref.selectKernelRelease': selectKernelRelease,
  'pageref.exportReport': exportReport,
  'pageref.openReport': openReport,
  'pageref.openHtmlReport': openHtmlReport,
  'pageref.showLog': ({ log }) => log.show(),
  'pageref.restart': ({ server }) => server.restart(),
  'pageref.filter': chooseFilter,
  'pageref.clearFilter': ({ view }) => view.setFilter(''),
  ...grouped,
};

/** Commands that code actions and links of the server name: nobody finds them in the palette. */
export const ACTION_COMMANDS: Readonly<Record<string, RunWith>> = {
  [ASK_REASON_COMMAND]: askReason,
  [PEEK_WHY_COMMAND]: peekWhy,
  [EFFECT_TABLE_COMMAND]: effectTableOf,
};
