import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Slurm of one node, with a munge of its own, for one test. */
export interface Slurm {
  /** Environment for sbatch and its like. */
  readonly env: NodeJS.ProcessEnv;
  stop(): void;
}

const PROGRAMS = ['/usr/sbin/munged', '/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch'];

/** Why there can be no Slurm here; in CI that is an error. */
export function noSlurm(): string | undefined {
  const isThere = PROGRAMS.every((path) => existsSync(path));
  const isRoot = process.geteuid?.() === 0;
  if (isThere && isRoot) return undefined;
  return isThere ? 'Slurm starts as root only' : 'no Slurm: apt-get install slurm-wlm munge';
}

/** Starts the daemons in a folder of their own, and waits until the node is idle; why that could not be, where it could not. */
export function startSlurm(): Slurm | string {
  const root = mkdtempSync(join(tmpdir(), 'pageref-slurm-'));
  chmodSync(root, 0o755);
  for (const name of ['run', 'state', 'spool']) mkdirSync(join(root, name), { mode: 0o755 });
  const at = (name: string): string => join(root, name);
  writeFileSync(at('key'), randomBytes(128), { mode: 0o600 });
  writeFileSync(at('slurm.conf'), confFor(root));
  const env = { ...process.env, SLURM_CONF: at('slurm.conf') };
  const munge = [
    '--force',
    `--key-file=${at('key')}`,
    `--socket=${at('run/munge')}`,
    `--pid-file=${at('run/munge.pid')}`,
    `--log-file=${at('run/munge.log')}`,
    `--seed-file=${at('run/seed')}`,
  ];
  const stop = (): void => {
    for (const name of ['slurmd', 'slurmctld', 'munge']) end(at(`run/${name}.pid`));
    rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  const daemons: readonly [string, string[]][] = [
    ['/usr/sbin/munged', munge],
    ['/usr/sbin/slurmctld', []],
    ['/usr/sbin/slurmd', []],
  ];
  for (const [program, args] of daemons) {
    const { status, stderr } = spawnSync(program, args, { env, encoding: 'utf8', timeout: 60_000 });
    if (status === 0) continue;
    stop();
    return `${program} does not start on this machine: ${stderr.trim()}`;
  }
  for (let tries = 0; tries < 60; tries++) {
    const { stdout } = spawnSync('sinfo', ['--noheader', '--format=%T'], { env, encoding: 'utf8' });
    if (stdout.trim() === 'idle') return { env, stop };
    spawnSync('sleep', ['0.5']);
  }
  stop();
  return 'the node of Slurm does not get idle on this machine';
}

function end(pidFile: string): void {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function confFor(root: string): string {
  const lines = {
    ClusterName: 'test',
    SlurmctldHost: `${hostname()}(127.0.0.1)`,
    SlurmUser: 'root',
    SlurmdUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${root}/run/munge`,
    CredType: 'cred/munge',
    SlurmctldPort: '16827',
    SlurmdPort: '16828',
    StateSaveLocation: `${root}/state`,
    SlurmdSpoolDir: `${root}/spool`,
    SlurmctldPidFile: `${root}/run/slurmctld.pid`,
    SlurmdPidFile: `${root}/run/slurmd.pid`,
    SlurmctldLogFile: `${root}/run/slurmctld.log`,
    SlurmdLogFile: `${root}/run/slurmd.log`,
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    JobAcctGatherType: 'jobacct_gather/none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_CPU',
    ReturnToService: '2',
    MpiDefault: 'none',
  };
  const nodes = `NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP`;
  return `${Object.entries(lines)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n${nodes}\n`;
}
