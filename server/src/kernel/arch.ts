import type { UnreadableFile } from '@pageref/shared';
import type { ZoneDeviceArch } from './kconfig/zone-device.js';

/**
 * The definitions a file can mean: those of its arch, else those outside of every arch. What one arch defines means
 * nothing to common code, which is built for all of them.
 */
export function archOrder<T extends { readonly path: string }>(path: string, all: readonly T[]): readonly T[] {
  const near = all.filter((one) => archOf(one.path) === archOf(path));
  return near.length > 0 ? near : all.filter((one) => archOf(one.path) === '');
}

/** The arch a path is built for; empty for common code. */
export function archOf(path: string): string {
  return /^arch\/([^/]+)\//.exec(path)?.[1] ?? '';
}

/**
 * What the tree says of the arch a file is built for; common code is built for the arch that was asked for, or for any of
 * them: then the answer is undefined.
 */
export function archVerdict(
  { arches }: { readonly arches: () => readonly ZoneDeviceArch[] },
  path: string,
  asked: string | undefined,
): ZoneDeviceArch | undefined {
  const arch = archOf(path) || asked;
  return arch === undefined ? undefined : arches().find((one) => one.arch === arch);
}

/** Kconfig files of which something was left out, whichever arch asked for it. */
export function readInPart(arches: readonly ZoneDeviceArch[]): readonly UnreadableFile[] {
  const all = arches.flatMap(({ inPart }) => inPart);
  return all.filter(({ path }, at) => all.findIndex((one) => one.path === path) === at);
}

/** Folders of a kernel tree whose code runs beside the kernel: it defines some of the kernel's names for itself. */
const BESIDE_KERNEL = ['Documentation', 'samples', 'scripts', 'tools', 'usr'];

/** True for code that is no part of the kernel and does not see what the kernel defines, nor the kernel what it does. */
export function isBesideKernel(path: string): boolean {
  return BESIDE_KERNEL.includes(path.slice(0, Math.max(0, path.indexOf('/'))));
}
