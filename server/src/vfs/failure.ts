/** Why a file or folder could not be read or written, in words for a person. */

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reported an error',
};

/** The reason behind an exception of node:fs; anything else gives its message. */
export function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return REASONS[code] ?? `${code} while reading it`;
  return error instanceof Error ? error.message : String(error);
}

const WRITE_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'no space left of the quota',
  EFBIG: 'a file cannot be so large here',
  EROFS: 'nothing can be written there',
  EACCES: 'no permission to write it',
  EPERM: 'no permission to write it',
};

/** The same of an exception in writing. */
export function writeReasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return (
    (typeof code === 'string' ? WRITE_REASONS[code] : undefined) ?? reasonOf(error).replace(/reading it$/, 'writing it')
  );
}
