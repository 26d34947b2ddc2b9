import * as v from 'valibot';

/** What can be printed on a label. */
export const printed = v.pipe(
  v.string(),
  v.regex(/^[!-~]([ -~]*[!-~])?$/, 'is not printable ASCII'),
  v.maxLength(64),
);

/** As printed, in any case. */
const macAddress = v.pipe(
  v.string(),
  v.regex(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, 'is no MAC address, such as 24:5E:BE:01:02:03'),
  v.toUpperCase(),
  v.check((mac) => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0, 'is a group address'),
);

/** What a label may say; the board file takes the same. */
export const labelEntries = {
  model: v.exactOptional(printed),
  serialNumber: v.exactOptional(printed),
  macAddresses: v.exactOptional(v.pipe(v.array(macAddress), v.minLength(1))),
};

/** The label, in a file of its own. */
export const labelSchema = v.strictObject(labelEntries);
/** What a label says. */
export type Label = v.InferOutput<typeof labelSchema>;
