import { StartFault } from '../errors.ts';

/** A StartFault that says what to do about a file error in `folder`, if the cause is known. */
export function folderFault(folder: string, error: unknown): StartFault | undefined {
  const { code, message, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
  // PostgreSQL's programs report a full disk only in their output.
  if (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    /No space left|quota exceeded/i.test(`${stderr} ${message}`)
  ) {
    return new StartFault(
      `the disk of ${folder} is full; free about 100 MB or set DATA_DIR to a folder on another disk`,
      error,
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new StartFault(
      `${folder} cannot be used (${message}); let this user write there or set DATA_DIR to another folder`,
      error,
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new StartFault(`${folder} is not a folder; set DATA_DIR to one`, error);
  }
  return undefined;
}
