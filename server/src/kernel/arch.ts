import type { UnreadableFile } from '@pageref/shared';
import type { ZoneDeviceArch } from './kconfig/zone-device.js';

/** Where the kernel lies in what is judged. */
export interface KernelPlace {
  /** Its folder, with a slash behind; empty where it is the top, or beside what is judged. */
  readonly kernelFolder: string;
}

/** A kernel is judged, from its top. */
export const KERNEL_ITSELF: KernelPlace = { kernelFolder: '' };

/**
 * The definitions a file can mean: those of its arch, else those outside of every arch. What one arch defines means
 * nothing to common code, which is built for all of them.
 */
export function archOrder<T extends { readonly path: string }>(
  place: KernelPlace,
  path: string,
  all: readonly T[],
): readonly T[] {
  const near = all.filter((one) => archOf(place, one.path) === archOf(place, path));
  return near.length > 0 ? near : all.filter((one) => archOf(place, one.path) === '');
}

/** The arch a path is built for; empty for common code. */
export function archOf(place: KernelPlace, path: string): string {
  return /^arch\/([^/]+)\//.exec(inKernel(place, path))?.[1] ?? '';
}

/** A path as the kernel names it. */
function inKernel({ kernelFolder }: KernelPlace, path: string): string {
  return path.startsWith(kernelFolder) ? path.slice(kernelFolder.length) : path;
}

/**
 * What the tree says of the arch a file is built for; common code is built for the arch that was asked for, or for any of
 * them: then the answer is undefined.
 */
export function archVerdict(
  tree: KernelPlace & { readonly arches: () => readonly ZoneDeviceArch[] },
  path: string,
  asked: string | undefined,
): ZoneDeviceArch | undefined {
  const arch = archOf(tree, path) || asked;
  return arch === undefined ? undefined : tree.arches().find((one) => one.arch === arch);
}

/** Kconfig files of which something was left out, whichever arch asked for it. */
export function readInPart(arches: readonly ZoneDeviceArch[]): readonly UnreadableFile[] {
  const all = arches.flatMap(({ inPart }) => inPart);
  return all.filter(({ path }, at) => all.findIndex((one) => one.path === path) === at);
}

/** Folders of a kernel tree whose code runs beside the kernel: it defines some of the kernel's names for itself. */
const BESIDE_KERNEL = ['Documentation', 'samples', 'scripts', 'tools', 'usr'];

/** True for code that is no part of the kernel and does not see what the kernel defines, nor the kernel what it does. */
export function isBesideKernel(place: KernelPlace, path: string): boolean {
  const inside = inKernel(place, path);
  return BESIDE_KERNEL.includes(inside.slice(0, Math.max(0, inside.indexOf('/'))));
}
