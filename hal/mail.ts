/** The account a message is handed in with. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'none' | 'starttls' | 'tls';
  readonly user?: string;
  readonly password?: string;
}

/** Who a message is from and for. */
export interface MailEnvelope {
  readonly from: string;
  readonly to: readonly string[];
}

/**
 * Hands one message (RFC 5322 bytes) to one SMTP server, once. The firmware queues and retries.
 * Resolves when the server has taken responsibility for it (RFC 5321 250).
 * Errors: `unreachable`, `timed-out`, `refused` (a 4xx or 5xx reply; its text is in the message),
 * `io` (the server speaks no SMTP). An aborted call ends at once; where nothing else went wrong:
 * `timed-out`. A password never appears in an error, not even where the server repeats it.
 */
export interface Mail {
  send(
    server: SmtpServer,
    mail: { readonly envelope: MailEnvelope; readonly message: Uint8Array },
    options: { readonly signal: AbortSignal },
  ): Promise<void>;
}
