/** Why a text is no query: what is the matter, and with which part of it. */
export interface QueryError {
  readonly at: number;
  readonly length: number;
  readonly message: string;
}

/** Ends the reading of a query. It does not leave this folder: parseQuery gives the error as a value. */
export class QueryTrouble extends Error {
  readonly place: QueryError;

  constructor(message: string, at: number, length: number) {
    super(message);
    this.place = { at, length, message };
  }
}
