/** A check whose answer is no, or work that was cancelled, of which the command has printed why: it exits with 1. */
export class FailedCheck extends Error {}
