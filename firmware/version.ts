/** Version of the firmware, as the boot log and `help` show it. */
export const firmwareVersion = '0.1.0';

/** When this firmware was built: 2026-11-01T00:00:00Z. It believes in no time before that. */
export const firmwareBuildMs = Date.UTC(2026, 10, 1);
