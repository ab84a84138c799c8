// What esbuild makes of imports that are not scripts.
declare module '*.css';
declare module '*.svg' {
  const url: string;
  export default url;
}
declare module '*.wasm' {
  const url: string;
  export default url;
}
