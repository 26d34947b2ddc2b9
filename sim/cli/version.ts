/** Version of the package, as `--version` shows it. */
export const version = '0.1.0';
