/**
 * Bundles the extension into dist/, for a release (with what belongs beside it) with `--production`; or, with `tests`, each test into out/.
 */
import { copyFileSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const common = { bundle: true, platform: "node", target: "node18", format: "cjs", logLevel: "warning" };

if (process.argv.includes("tests")) {
  for (const kind of ["unit", "e2e"]) {
    const files = readdirSync(`test/${kind}`).filter((name) => name.endsWith(".test.ts"));
    await build({
      ...common,
      entryPoints: files.map((name) => `test/${kind}/${name}`),
      outdir: `out/${kind}`,
      sourcemap: "inline",
      external: ["playwright-core"],
    });
  }
} else {
  const production = process.argv.includes("--production");
  if (production) {
    for (const name of ["LICENSE", "CHANGELOG.md"]) {
      copyFileSync(`../${name}`, name);
    }
  }
  await build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"],
    minify: production,
    sourcemap: !production,
  });
}
