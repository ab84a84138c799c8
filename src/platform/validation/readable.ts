/** Whether PostgreSQL can keep a text: it takes neither U+0000 nor half a surrogate pair. */
export const isReadable = (text: string) => text.isWellFormed() && !text.includes('\0');
