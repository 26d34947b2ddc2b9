import { writeFileSync } from 'node:fs';
import { schemaFiles } from './files.ts';

/** Writes the JSON Schemas of `docs/reference/` anew: `npm run schemas`. */
for (const { url, text } of schemaFiles) writeFileSync(url, text());
