/** The program `nasboard` from its sources, for tests that need a process of its own. */
import { main } from '#sim/cli/main';

await main(process.argv);
