/** A check whose answer is no, and which has printed why: the command exits with 1. */
export class FailedCheck extends Error {}
