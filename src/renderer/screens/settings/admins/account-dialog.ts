import type { Account } from '../../../../features/admins/contract.ts';

/** What every dialog about one account is given. */
export interface AccountDialogProps {
  account: Account;
  opened: boolean;
  onClose: () => void;
}
