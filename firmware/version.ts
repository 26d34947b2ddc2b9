/** Version of the firmware, as the boot log and `help` show it. */
export const firmwareVersion = '0.1.0';
