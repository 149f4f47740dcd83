import { posix, win32 } from 'node:path';
import type { Io } from './io.js';
import type { Options } from './types.js';

/**
 * Absolute path of the folder that keeps what runs found out; undefined where nothing is kept. It lies in the folder that
 * PAGEREF_CACHE_DIR names, if that does not say "off", else where the platform wants such files: $XDG_CACHE_HOME or ~/.cache,
 * ~/Library/Caches, %LOCALAPPDATA%. It is a folder of our own there: what others have beside it is none of our business.
 */
export function cacheFolder(
  { env }: Pick<Io, 'env'>,
  { cache = true }: Options,
  platform = process.platform,
): string | undefined {
  const paths = platform === 'win32' ? win32 : posix;
  const { PAGEREF_CACHE_DIR: asked, XDG_CACHE_HOME: xdg, HOME: home, LOCALAPPDATA: local } = env;
  if (!cache || asked === 'off') return undefined;
  if (asked) return paths.isAbsolute(asked) ? paths.join(asked, 'pageref') : undefined;
  if (platform === 'win32') return local && paths.isAbsolute(local) ? paths.join(local, 'pageref', 'cache') : undefined;
  if (platform !== 'darwin' && xdg && paths.isAbsolute(xdg)) return paths.join(xdg, 'pageref');
  if (!home || !paths.isAbsolute(home)) return undefined;
  return platform === 'darwin'
    ? paths.join(home, 'Library', 'Caches', 'pageref')
    : paths.join(home, '.cache', 'pageref');
}
