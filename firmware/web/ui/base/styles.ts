import { css } from 'lit';

/** What all pages are made of: headings, fields, buttons, notes, lists. */
export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  h3 {
    margin: 0;
    line-height: 1.25;
    font-weight: 650;
  }

  h1 {
    font-size: 1.5rem;
  }

  h2 {
    font-size: 1.2rem;
  }

  h3 {
    font-size: 1rem;
  }

  h1:focus,
  h2:focus {
    outline: none;
  }

  p {
    margin: 0;
  }

  .soft {
    color: var(--ink-soft);
  }

  .small {
    font-size: 0.875rem;
  }

  .mono {
    font-family: var(--font-mono);
    font-variant-numeric: tabular-nums;
  }

  .stack {
    display: grid;
    gap: var(--gap);
    min-width: 0;
  }

  /* It waits for something to read out, and takes no room until then. */
  div:is([role='alert'], [role='status']):not(:has(*)) {
    position: absolute;
  }

  .narrow {
    max-width: 420px;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 10px;
  }

  .row.end {
    justify-content: flex-end;
  }

  .field {
    display: grid;
    gap: 5px;
  }

  label,
  legend {
    font-weight: 550;
  }

  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    display: grid;
    gap: 10px;
  }

  legend {
    padding: 0;
    margin-bottom: 8px;
  }

  .choice {
    display: flex;
    gap: 9px;
    align-items: flex-start;
    font-weight: 400;
  }

  .choice input {
    margin-top: 4px;
    flex: none;
    width: 16px;
    height: 16px;
    accent-color: var(--accent);
  }

  input:not([type='checkbox'], [type='radio']),
  select {
    width: 100%;
    min-height: 42px;
    padding: 8px 12px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    /* Smaller, and phones zoom in on the field. */
    font-size: 16px;
  }

  input.code {
    font: 600 1.6rem/1.2 var(--font-mono);
    letter-spacing: 0.35em;
    padding-left: 0.55em;
  }

  .secret {
    position: relative;
    display: grid;
  }

  .secret input {
    padding-right: 46px !important;
  }

  .secret button {
    position: absolute;
    right: 4px;
    top: 4px;
  }

  button,
  a.button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 40px;
    padding: 7px 16px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
  }

  button:hover,
  a.button:hover {
    background: var(--surface-hover);
  }

  button.main,
  a.button.main {
    border-color: transparent;
    background: var(--accent);
    color: var(--accent-ink);
  }

  button.main:hover,
  a.button.main:hover {
    background: var(--accent-hover);
  }

  button.danger {
    border-color: var(--danger);
    color: var(--danger);
  }

  button.plain {
    border-color: transparent;
    background: none;
    color: var(--accent);
    padding-inline: 8px;
  }

  button.icon {
    min-height: 34px;
    width: 34px;
    padding: 0;
    border-color: transparent;
    background: none;
    color: inherit;
  }

  button.plain:hover,
  button.icon:hover {
    background: var(--surface-hover);
  }

  button:disabled {
    opacity: 0.55;
    cursor: default;
  }

  a {
    color: var(--accent);
  }

  :focus-visible {
    outline: none;
    box-shadow: var(--focus);
  }

  .note {
    padding: 10px 13px;
    border-left: 3px solid var(--accent);
    border-radius: 4px var(--radius) var(--radius) 4px;
    background: var(--accent-tint);
    overflow-wrap: anywhere;
  }

  .note.danger {
    border-color: var(--danger);
    background: var(--danger-tint);
    color: var(--danger);
  }

  .note.caution {
    border-color: var(--caution);
    background: var(--caution-tint);
    color: var(--caution);
  }

  .note.good {
    border-color: var(--good);
    background: var(--good-tint);
    color: var(--good);
  }

  .badge {
    display: inline-block;
    padding: 1px 9px;
    border-radius: 99px;
    background: var(--accent-tint);
    color: var(--accent);
    font-size: 0.8125rem;
    font-weight: 600;
  }

  .badge.good {
    background: var(--good-tint);
    color: var(--good);
  }

  .badge.caution {
    background: var(--caution-tint);
    color: var(--caution);
  }

  dl {
    display: grid;
    grid-template-columns: minmax(110px, max-content) 1fr;
    gap: 8px 20px;
    margin: 0;
  }

  dt {
    color: var(--ink-soft);
  }

  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  ul.list {
    margin: 0;
    padding: 0;
    list-style: none;
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  ul.list li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px 16px;
    padding: 11px 14px;
    overflow-wrap: anywhere;
  }

  ul.list li + li {
    border-top: 1px solid var(--line);
  }

  hr {
    width: 100%;
    margin: 6px 0;
    border: 0;
    border-top: 1px solid var(--line);
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  svg.icon {
    width: 20px;
    height: 20px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
`;
