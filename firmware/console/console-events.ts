/**
 * Where a session returns to when a command or a menu item is done. One that may do nothing but
 * set up 2-step verification has no such place: it ends.
 */
export type Home = 'menu' | 'shell' | 'set-up-2sv';

/** Ways to prove oneself other than by a security code; `clock`: set it, so that codes count. */
export type OtherWay = 'question' | 'recovery-code' | 'clock' | 'email';

/** What the console hears: settled lines from the editor, answers from the services. */
export type ConsoleEvent =
  | { readonly type: 'services.started'; readonly isResumed: boolean }
  | { readonly type: 'line.entered'; readonly text: string }
  | { readonly type: 'line.interrupted' }
  | { readonly type: 'line.ended' }
  | { readonly type: 'login.accepted'; readonly home: Home; readonly mustChangePassword: boolean }
  | { readonly type: 'login.refused' }
  | { readonly type: 'login.unavailable' }
  | { readonly type: 'secondStep.asked'; readonly isCodeUseful: boolean }
  | { readonly type: 'way.chosen'; readonly way: OtherWay }
  | { readonly type: 'way.declined'; readonly isCodeUseful: boolean }
  | { readonly type: 'way.refused' }
  | { readonly type: 'proof.refused'; readonly isCode: boolean }
  | { readonly type: 'password.changed'; readonly home: Home }
  | { readonly type: 'password.refused' }
  | { readonly type: 'quit.asked' }
  | { readonly type: 'dialogue.asked' }
  | { readonly type: 'dialogue.paused' }
  | { readonly type: 'dialogue.finished' }
  | { readonly type: 'session.loggedOut' }
  | { readonly type: 'session.idled'; readonly isMidSecret: boolean }
  | { readonly type: 'session.revoked'; readonly reason: string; readonly isMidSecret: boolean }
  | { readonly type: 'port.closed' };

/** What the chart has done; none may throw. */
export interface ConsoleEffects {
  askName(): void;
  expectName(): void;
  askPassword(): void;
  keepName(text: string): void;
  checkPassword(text: string): void;
  sayRefused(): void;
  dropCredentials(): void;
  askSecurityCode(): void;
  checkSecurityCode(text: string): void;
  askAnotherWay(): void;
  chooseAnotherWay(text: string): void;
  askSecurityAnswer(): void;
  checkSecurityAnswer(text: string): void;
  askEmailCode(): void;
  checkEmailCode(text: string): void;
  askRecoveryCode(): void;
  checkRecoveryCode(text: string): void;
  askTime(): void;
  setTime(text: string): void;
  setUpTwoStep(): void;
  tellDefaultPassword(): void;
  askNewPassword(): void;
  keepNewPassword(text: string): void;
  askRepetition(): void;
  changePassword(text: string): void;
  showMenu(): void;
  askChoice(): void;
  askQuit(): void;
  tellShell(): void;
  askCommand(): void;
  runChoice(text: string): void;
  runCommand(text: string): void;
  answerDialogue(text: string): void;
  continueDialogue(): void;
  abandonDialogue(): void;
  askAnswer(): void;
  askEnter(): void;
  logOut(): void;
  logOutIdle(): void;
  logOutRevoked(reason: string): void;
}
