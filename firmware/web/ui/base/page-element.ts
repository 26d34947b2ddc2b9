import { LitElement, type CSSResultGroup } from 'lit';
import { controls } from './styles.ts';

/** An element whose inner state is one object: each change of it draws the element anew. */
export abstract class PageElement<State extends object> extends LitElement {
  static override styles: CSSResultGroup = [controls];

  protected abstract state: State;

  /** Changes parts of the state. */
  protected change(parts: Partial<State>): void {
    this.state = { ...this.state, ...parts };
    this.requestUpdate();
  }

  /** Puts the cursor where the next step is, once it is drawn. */
  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  /** Empties a field and puts the cursor there. */
  protected async retype(selector: string): Promise<void> {
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLInputElement>(selector);
    if (field === null) return;
    field.value = '';
    field.focus();
  }
}
