import type { RequestOrigin } from '../appliance-control.ts';
import { builtIn } from '../accounts/users.ts';
import type { Services } from '../services.ts';

/** What the resets work on. */
export type ResettableServices = Pick<
  Services,
  | 'store'
  | 'settings'
  | 'accounts'
  | 'shares'
  | 'log'
  | 'twoStep'
  | 'mailAccounts'
  | 'outbox'
  | 'loginTokens'
>;

/**
 * The basic reset (RESET held for three seconds): `admin` is enabled and has the default password,
 * its 2-step verification is cleared with all that was wrong or remembered (it is the way back in
 * for the only administrator; where it is enforced, the next login sets it up), its sessions end;
 * network, security level and LCD password have their defaults. All else stays.
 *
 * One transaction, its entry in the event log included: when power fails, all of it is done or
 * none.
 * The running network must then be set up anew from the settings.
 */
export function basicReset(services: ResettableServices, origin: RequestOrigin): void {
  const { store, settings, accounts, log, twoStep } = services;
  store.transaction(() => {
    settings.restoreBasic();
    accounts.restoreDefaultAdmin();
    twoStep.clear(builtIn.adminId);
    log.append({
      ...resetEntry(origin),
      text: `basic reset by ${asked(origin)}: default password of admin, network settings restored`,
    });
  });
}

/**
 * The advanced reset (RESET held for ten seconds): all settings at their defaults; users, groups
 * and shared folders are those of a new appliance; 2-step verification, mail accounts and waiting
 * mails are gone, and secrets to come get a new salt. The data volume is not touched. Needs a
 * restart.
 *
 * The event log stays: it is no setting, it holds no secret, and who finds an appliance reset wants
 * to know what came before. (Whoever passes the appliance on erases the flash.)
 *
 * One transaction, as the basic reset.
 */
export function advancedReset(services: ResettableServices, origin: RequestOrigin): void {
  const { store, settings, accounts, shares, log, twoStep, mailAccounts, outbox } = services;
  const { loginTokens } = services;
  store.transaction(() => {
    settings.restoreAll();
    accounts.restoreAll();
    shares.restoreAll();
    mailAccounts.removeAll();
    loginTokens.removeAll();
    outbox.removeAll();
    twoStep.clearAll();
    log.append({
      ...resetEntry(origin),
      text: `advanced reset by ${asked(origin)}: all settings, users, groups, shared folders restored`,
    });
  });
}

function resetEntry({ user }: RequestOrigin) {
  return { severity: 'warning', category: 'reset', ...(user !== undefined && { user }) } as const;
}

const askers = {
  'reset-button': 'the RESET button',
  console: 'the console',
  web: 'the web interface',
} as const;

function asked({ via }: RequestOrigin): string {
  return askers[via];
}
