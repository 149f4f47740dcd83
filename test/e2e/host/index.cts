import type Mocha from 'mocha';
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Generous: a test waits for conditions, and fails by this time only when one never comes true. */
const TEST_MS = 120_000;

/**
 * What @vscode/test-electron calls inside the extension host: runs the tests of the folder $PAGEREF_E2E_SUITE, which is
 * named after the workspace they need. The console belongs to the whole workbench, so what became of each test is
 * written to the file $PAGEREF_E2E_REPORT, a line of JSON each. $PAGEREF_E2E_GREP picks tests by their names.
 */
export async function run(): Promise<void> {
  const { PAGEREF_E2E_SUITE: suite, PAGEREF_E2E_REPORT: report } = process.env;
  if (suite === undefined || report === undefined)
    throw new Error('PAGEREF_E2E_SUITE and PAGEREF_E2E_REPORT are needed');
  const grep = process.env['PAGEREF_E2E_GREP'];
  // It is an ES module, and the Node of an older VS Code cannot require those.
  const { default: Runs } = await import('mocha');
  const mocha = new Runs({ ui: 'tdd', timeout: TEST_MS, reporter: reporterInto(Runs, report), ...(grep && { grep }) });
  const folder = join(__dirname, suite);
  for (const name of readdirSync(folder).sort()) if (name.endsWith('.test.cjs')) mocha.addFile(join(folder, name));
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${String(failures)} of the tests failed`);
}

function reporterInto({ reporters, Runner }: typeof Mocha, file: string): Mocha.ReporterConstructor {
  return class extends reporters.Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Runner.constants;
      const write = (state: string, title: string, error?: Error): void =>
        appendFileSync(file, `${JSON.stringify({ state, title, error: error?.stack })}\n`);
      runner.on(EVENT_TEST_PASS, (test) => write('passed', test.fullTitle()));
      runner.on(EVENT_TEST_FAIL, (test, error: Error) => write('failed', test.fullTitle(), error));
      runner.on(EVENT_TEST_PENDING, (test) => write('skipped', test.fullTitle()));
    }
  };
}
