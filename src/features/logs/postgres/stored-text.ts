/** The only character that Postgres does not keep in a text, and what stands for it in the columns that are searched. */
export const STORED_NUL = '\ufffd';

export const storedText = (text: string): string => text.replaceAll('\0', STORED_NUL);
