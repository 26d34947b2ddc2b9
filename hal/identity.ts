/**
 * The label of the board: what the factory printed and burned in. Fixed for the life of the board;
 * no reset, flash image or firmware version changes it.
 */
export interface Identity {
  /** Model name as printed, for example `TS-453N`. */
  readonly model: string;
  readonly serialNumber: string;
  /**
   * On-board network adapters, lowest first; `AA:BB:CC:DD:EE:FF`, upper case. Never empty. The
   * first one is the *first adapter*, a hardware property: link state and settings do not move it.
   */
  readonly macAddresses: readonly string[];
  /**
   * A secret of 32 bytes that never leaves the board; the same bytes at every call and boot.
   * Keys for data at rest derive from it and a salt in the store. Never log it or a part of it.
   */
  deviceKey(): Uint8Array;
}
