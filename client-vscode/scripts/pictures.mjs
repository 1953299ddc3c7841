/** Takes the pictures of README and walkthrough from what the end-to-end tests saw last. Look at them. */
import { copyFileSync } from "node:fs";

for (const name of ["concepts", "hover", "preview", "quick-fixes", "registry"]) {
  copyFileSync(`out/screenshots/${name}.png`, `images/${name}.png`);
}
