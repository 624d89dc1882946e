import type { Migration } from 'kysely/migration';
import * as postgres from './0000_postgres.ts';
import * as first from './0001_first.ts';
import * as whatWasCovered from './0002_what_was_covered.ts';
import * as listsByPlace from './0003_lists_by_place.ts';
import * as tokenLife from './0004_token_life.ts';
import * as limitTrialsAndResets from './0005_limit_trials_and_resets.ts';
import * as admins from './0006_admins.ts';
import * as audit from './0007_audit.ts';
import * as gateways from './0008_gateways.ts';
import * as requestLog from './0009_request_log.ts';
import * as ipRulesByRange from './0012_ip_rules_by_range.ts';
import * as employeesByEmail from './0013_employees_by_email.ts';
import * as passwordAttempts from './0014_password_attempts.ts';
import * as savedViews from './0015_saved_views.ts';
import * as rollUps from './0016_roll_ups.ts';
import * as logColumns from './0017_log_columns.ts';

/** Every migration of an instance's main file, oldest first. A landed one is never edited. */
export const migrations: Record<string, Migration> = {
  '0001_first': first,
  '0002_what_was_covered': whatWasCovered,
  '0003_lists_by_place': listsByPlace,
  '0004_token_life': tokenLife,
  '0005_limit_trials_and_resets': limitTrialsAndResets,
  '0006_admins': admins,
  '0007_audit': audit,
  '0012_ip_rules_by_range': ipRulesByRange,
  '0013_employees_by_email': employeesByEmail,
  '0014_password_attempts': passwordAttempts,
  '0015_saved_views': savedViews,
};

/** Every migration of an instance on Postgres, oldest first. */
export const postgresMigrations: Record<string, Migration> = {
  '0000_postgres': postgres,
  ...migrations,
  '0008_gateways': gateways,
  '0009_request_log': requestLog,
  '0016_roll_ups': rollUps,
  '0017_log_columns': logColumns,
};
