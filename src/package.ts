/** The folder of package.json. The sources and the built code in dist/ both stand right below it. */
export const PACKAGE = new URL('../', import.meta.url)

/** What the build makes of templates/, beside the built code. The sources have no such folder and compile what they use. */
export const BUILT_TEMPLATES = new URL('./templates/', import.meta.url)
