import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Building single objects of a kernel outside of its tree. */

/** What a kernel build needs beyond the tree, by Debian's names. */
export const PACKAGES = [
  ...['make', 'gcc', 'libc6-dev', 'flex', 'bison', 'bc', 'libelf-dev', 'libssl-dev', 'rsync', 'cpio'],
  'gcc-powerpc64le-linux-gnu',
];

/** Installs what is missing where that is possible; throws with the command to run where it is not. */
export function installPackages(): void {
  const missing = PACKAGES.filter((name) => spawnSync('dpkg', ['-s', name], { stdio: 'ignore' }).status !== 0);
  if (missing.length === 0) return;
  const command = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) throw new Error(`packages are missing: sudo ${command.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('apt-get', command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'], env });
}

/** One architecture and what must be built in or as a module for the objects of the findings to be built. */
export interface Target {
  readonly arch: string;
  readonly cross: string;
  readonly defconfig: string;
  readonly config: readonly string[];
}

const MEMORY = [
  ...['NUMA=y', 'MEMORY_HOTPLUG=y', 'MEMORY_HOTREMOVE=y', 'SPARSEMEM_VMEMMAP=y', 'ZONE_DEVICE=y'],
  ...['DAX=y', 'FS_DAX=y', 'PCI_P2PDMA=y', 'TRANSPARENT_HUGEPAGE=y', 'PROC_PAGE_MONITOR=y', 'MEMORY_FAILURE=y'],
];
/** What the files with findings about references belong to. */
const DRIVERS = [
  ...['GPIOLIB=y', 'I2C=y', 'PWM=y', 'FB=y', 'FB_SSD1307=m', 'DRM=m', 'DRM_RADEON=m', 'HIBERNATION=y'],
  ...['HWPOISON_INJECT=m', 'AFS_FS=m', 'EROFS_FS=m', 'EROFS_FS_ONDEMAND=y'],
];
const GUESTS = ['VIRTUALIZATION=y', 'IOMMU_SUPPORT=y', 'VFIO=m', 'VFIO_CONTAINER=y', 'VFIO_PCI=m'];

export const TARGETS: readonly Target[] = [
  {
    arch: 'x86',
    cross: '',
    defconfig: 'x86_64_defconfig',
    config: [
      ...[...MEMORY, ...GUESTS, 'KVM=m', 'KVM_INTEL=m', 'KVM_AMD=m', 'VFIO_IOMMU_TYPE1=m'],
      ...[...DRIVERS, 'VBOXGUEST=m', 'VBOXSF_FS=m', 'HYPERV=y', 'HYPERV_VTL_MODE=n', 'AMD_MEM_ENCRYPT=y'],
      ...['HYPERVISOR_GUEST=y', 'ACRN_GUEST=y', 'VIRT_DRIVERS=y', 'ACRN_HSM=m'],
    ],
  },
  {
    arch: 'powerpc',
    cross: 'powerpc64le-linux-gnu-',
    defconfig: 'ppc64le_defconfig',
    config: [...MEMORY, ...GUESTS, 'KVM_BOOK3S_64=m', 'KVM_BOOK3S_64_HV=m', 'PPC_64S_HASH_MMU=y', 'PPC_RADIX_MMU=y'],
  },
];

/** Symbols a configuration must have in the end; the rest is wished for. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  x86: [
    ...['NUMA', 'ZONE_DEVICE', 'FS_DAX', 'KVM', 'VFIO_IOMMU_TYPE1', 'ACRN_HSM'],
    ...['FB_SSD1307', 'HWPOISON_INJECT', 'HIBERNATION', 'AFS_FS', 'DRM_TTM', 'VBOXSF_FS', 'HYPERV', 'AMD_MEM_ENCRYPT'],
  ],
  powerpc: ['NUMA', 'ZONE_DEVICE', 'FS_DAX', 'KVM_BOOK3S_64_HV', 'VFIO'],
};

/** A source tree that can be changed, made of links to one that must not be, and a build folder for each target. */
export class KernelBuild {
  readonly source: string;
  private readonly work: string;

  constructor(
    private readonly tree: string,
    release: string,
  ) {
    const cache = process.env['PAGEREF_CACHE'];
    this.work = join(cache === undefined || cache === '' ? tmpdir() : cache, `pageref-compile-${release}`);
    this.source = join(this.work, 'source');
    rmSync(this.source, { recursive: true, force: true });
    mkdirSync(this.work, { recursive: true });
    execFileSync('cp', ['-al', tree, this.source]);
  }

  /** Another text for a file: the link is replaced, so that the original stays what it is. */
  write(path: string, text: string): void {
    rmSync(join(this.source, path));
    writeFileSync(join(this.source, path), text);
  }

  restore(path: string): void {
    this.write(path, readFileSync(join(this.tree, path), 'utf8'));
  }

  /** Makes the configuration of a target; throws when the kernel leaves a symbol out that the objects need. */
  async configure(target: Target): Promise<void> {
    const folder = this.folder(target);
    mkdirSync(folder, { recursive: true });
    await this.make(target, [target.defconfig]);
    const fragment = target.config.map((line) => `CONFIG_${line}\n`).join('');
    writeFileSync(join(folder, '.config'), readFileSync(join(folder, '.config'), 'utf8') + fragment);
    await this.make(target, ['olddefconfig']);
    const config = readFileSync(join(folder, '.config'), 'utf8');
    const lost = (REQUIRED[target.arch] ?? []).filter((name) => !new RegExp(`^CONFIG_${name}=[ym]$`, 'm').test(config));
    if (lost.length > 0) throw new Error(`${target.arch}: the configuration has no ${lost.join(', ')}`);
  }

  /** Builds the object of a C file; gives what the compiler said, without the places, and whether there is an object. */
  async compile(target: Target, path: string): Promise<{ readonly said: readonly string[]; readonly built: boolean }> {
    const object = path.replace(/\.c$/, '.o');
    rmSync(join(this.folder(target), object), { force: true });
    const said = await this.make(target, [object]);
    const lines = said.split('\n').filter((line) => /\b(?:warning|error):|^make.*Error /.test(line));
    return {
      said: [...new Set(lines.map((line) => line.replace(/:\d+(:\d+)?:/, ':')))].sort(),
      built: existsSync(join(this.folder(target), object)),
    };
  }

  private folder({ arch }: Target): string {
    return join(this.work, arch);
  }

  /** Runs make and gives its standard error; whether it failed shows in what is there afterwards. */
  private make(target: Target, goals: readonly string[]): Promise<string> {
    const words = [
      ...['-s', '-C', this.source, `O=${this.folder(target)}`, `ARCH=${target.arch}`],
      ...[`CROSS_COMPILE=${target.cross}`, `-j${String(availableParallelism())}`, ...goals],
    ];
    return new Promise((resolve, reject) => {
      const child = spawn('make', words, { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.on('error', reject);
      child.on('close', () => {
        resolve(said);
      });
    });
  }
}
