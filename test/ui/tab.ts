import axe from 'axe-core';
import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core';

/** How a browser differs from a desktop computer's. */
export interface TabOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly hasTouch?: boolean;
}

/** Nothing of what axe would tell besides. */
const cheap = { resultTypes: ['violations'], iframes: false };

interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** A page of the NAS in a browser; whatever goes wrong in it is written down. */
export class Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly faults: string[] = [];
  readonly #url: string;

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.context = context;
    this.page = page;
    this.#url = url;
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => void this.faults.push(`page error: ${error.message}`));
    page.on('console', (message) => this.#hear(message));
    page.on('dialog', (dialog) => {
      this.faults.push(`a dialog of a script: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** Opens the page. */
  static async open(context: BrowserContext, url: string): Promise<Tab> {
    await context.addInitScript(
      `addEventListener('securitypolicyviolation', (event) =>
         console.error('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI));`,
    );
    const tab = new Tab(context, await context.newPage(), url);
    await tab.page.goto(url);
    return tab;
  }

  /** What went wrong so far, where a test means it to. */
  takeFaults(): readonly string[] {
    return this.faults.splice(0);
  }

  /** Types name and password, and sends them. */
  async giveCredentials(user: string, password: string): Promise<void> {
    await this.fill('User name', user);
    await this.fill('Password', password);
    await this.press('Sign in');
  }

  /** Types into the field of that label. */
  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  /** Presses the button of that name. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Goes to a place of the desktop, as by a bookmark. */
  async goTo(place: string): Promise<void> {
    await this.page.goto(`${this.#url}/#/${place}`);
  }

  /** The words of what has the focus, in whichever shadow it is. */
  async focused(): Promise<string> {
    return this.page.evaluate<string>(`(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.innerText.trim() ?? '';
    })()`);
  }

  /** Ends the browser that it is in. */
  async close(): Promise<void> {
    await this.context.close();
  }

  /** What keeps somebody from using the page as it is. Themes differ in their colours alone. */
  async findings(rules: { readonly runOnly?: string }): Promise<readonly string[]> {
    await this.page.evaluate(`typeof axe === 'undefined' && (() => { ${axe.source} })()`);
    const found = await this.page.evaluate<AxeFinding[]>(
      `axe.run(document, ${JSON.stringify({ ...cheap, ...rules })})
         .then(({ violations }) => violations)`,
    );
    return found.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html}\n${failureSummary}`),
    );
  }

  /** A request that the API refuses is written to the console by the browser itself. */
  #hear(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const isRefusal =
      message.text().startsWith('Failed to load resource: the server responded') &&
      message.location().url.startsWith(`${this.#url}/api/v1/`);
    if (!isRefusal) this.faults.push(`${message.type()}: ${message.text()}`);
  }
}
