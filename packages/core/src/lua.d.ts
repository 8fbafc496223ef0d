/** A Lua script's text, put into the bundle by the build. */
declare module '*.lua' {
  const source: string;
  export default source;
}
