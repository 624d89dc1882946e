import { Command, InvalidArgumentError } from 'commander';
import { id } from '../base/shapes.ts';
import { isPostgresUrl } from '../db/place.ts';
import { serverUrl } from './server-client.ts';

const DB = ['--db <address>', 'the instance: a file, or postgres://…; made where there is none'] as const;
const KEY_FILE = [
  '--key-file <file>',
  'the keys of an instance on Postgres, where this machine has them',
] as const;

/** A subcommand with what every one has: which instance is meant, and `--json`. */
export const instanceCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option(...DB, databaseAddress)
    .option(...KEY_FILE, filePath)
    .option('--server <url>', 'or the server that runs it, with the credential of `login`', serverUrl)
    .option('--json', 'print JSON');

/** For what makes no instance: where there is none, it is refused. */
export const existingInstanceCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--db <address>', 'the instance: a file, or postgres://…', databaseAddress)
    .option(...KEY_FILE, filePath)
    .option('--json', 'print JSON');

/** What their options have. */
export interface ExistingInstanceOptions {
  db: string;
  keyFile?: string;
  json?: true;
}

/** A subcommand that serves an instance. */
export const hostCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .requiredOption(...DB, databaseAddress)
    .option(...KEY_FILE, filePath);

/** A URL is looked at later: what refuses it here would print it, with its password. */
export const databaseAddress = (text: string): string => (isPostgresUrl(text) ? text : filePath(text));

/** Reads a path. SQLite drops blanks at the end of a name, and none is meant: a variable was empty. */
export function filePath(text: string): string {
  if (text === '' || text !== text.trim())
    throw new InvalidArgumentError('It must be a path that neither begins nor ends with a blank.');
  return text;
}

/** For options that may be given more than once. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Reads an id, as the lists print them. */
export function oneId(text: string): string {
  if (!id.safeParse(text).success) throw new InvalidArgumentError('It must be an id, as `list` prints it.');
  return text;
}

/** Reads ids of an option that may be given more than once. */
export const ids = (text: string, before: string[] = []): string[] => [...before, oneId(text)];

/** Reads a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };

/** What every command's options have. */
export interface InstanceOptions {
  db?: string;
  keyFile?: string;
  server?: string;
  json?: true;
}
