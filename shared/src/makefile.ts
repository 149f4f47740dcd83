/** The version lines of a kernel's top Makefile. */
export interface KernelMakefile {
  readonly version: number;
  readonly patchlevel: number;
  readonly sublevel: number | undefined;
  /** "-rc3", "" */
  readonly extraversion: string;
}

/** U-Boot and BusyBox have the same lines in their Makefiles, with years and with ones. */
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 99;

/** The Makefile of a module can count its own versions: no kernel's top Makefile lists what it builds as modules. */
const BUILDS_A_MODULE = /^[ \t]*obj-m[ \t]*[:+?]?=/m;

/** What a kernel's top Makefile says; undefined for the text of any other Makefile. */
export function parseKernelMakefile(text: string): KernelMakefile | undefined {
  const value = (name: string): string | undefined => new RegExp(`^${name}[ \\t]*=(.*)$`, 'm').exec(text)?.[1]?.trim();
  const number = (name: string): number | undefined => {
    const digits = value(name);
    return digits !== undefined && /^(?:0|[1-9]\d{0,4})$/.test(digits) ? Number(digits) : undefined;
  };
  const [version, patchlevel] = [number('VERSION'), number('PATCHLEVEL')];
  if (version === undefined || patchlevel === undefined || BUILDS_A_MODULE.test(text)) return undefined;
  if (version < OLDEST_VERSION || version > NEWEST_VERSION) return undefined;
  const extraversion = value('EXTRAVERSION') ?? '';
  return {
    version,
    patchlevel,
    sublevel: number('SUBLEVEL'),
    extraversion: extraversion.includes('$') ? '' : extraversion,
  };
}
