declare const __NISABA_VERSION__: string | undefined

/** Version of the package; the build puts it in, the test tree calls itself 'dev'. */
export const PACKAGE_VERSION: string = typeof __NISABA_VERSION__ === 'string' ? __NISABA_VERSION__ : 'dev'
