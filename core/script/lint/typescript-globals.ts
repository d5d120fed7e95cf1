/**
 * What scripts find in bun or in deno without importing it; the test asks both. A name that only the other one has is no
 * mistake that is worth a warning: scripts ask for the runtime they are in.
 */
export const typescriptGlobals: ReadonlySet<string> = new Set(
  `AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array
BigUint64Array Blob Boolean BroadcastChannel Buffer BuildError BuildMessage Bun ByteLengthQueuingStrategy Cache
CacheStorage CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DOMMatrix
DOMMatrixReadOnly DOMPoint DOMPointReadOnly DOMQuad DOMRect DOMRectReadOnly DataView Date DecompressionStream Deno
DisposableStack Error ErrorEvent EvalError Event EventSource EventTarget File FileReader FinalizationRegistry
Float16Array Float32Array Float64Array FormData Function HTMLRewriter Headers ImageBitmap ImageBitmapRenderingContext
ImageData Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Location Lock LockManager Map Math
MessageChannel MessageEvent MessagePort NaN Navigator NavigatorUAData Number Object OffscreenCanvas Performance
PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList
PerformanceResourceTiming PerformanceServerTiming PerformanceTiming ProgressEvent Promise PromiseRejectionEvent Proxy
QuotaExceededError RangeError ReadableByteStreamController ReadableStream ReadableStreamBYOBReader
ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader ReferenceError Reflect RegExp
Request ResolveError ResolveMessage Response Set ShadowRealm SharedArrayBuffer Storage String SubtleCrypto
SuppressedError Symbol SyntaxError Temporal TextDecoder TextDecoderStream TextEncoder TextEncoderStream
TransformStream TransformStreamDefaultController TypeError URIError URL URLPattern URLSearchParams Uint16Array
Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly WebSocket Window Worker WritableStream
WritableStreamDefaultController WritableStreamDefaultWriter __dirname __filename addEventListener alert arguments atob
btoa caches clearImmediate clearInterval clearTimeout close closed confirm console createImageBitmap crypto decodeURI
decodeURIComponent dispatchEvent encodeURI encodeURIComponent escape eval exports fetch global globalThis isFinite
isNaN localStorage location module name navigator onbeforeunload onerror onload onmessage onunhandledrejection
onunload parseFloat parseInt performance postMessage process prompt queueMicrotask removeEventListener reportError
require self sessionStorage setImmediate setInterval setTimeout structuredClone undefined unescape`.split(/\s+/),
);

/** WebGPU has names by the dozen. */
export const isTypescriptGlobal = (name: string): boolean => typescriptGlobals.has(name) || /^GPU[A-Z]?/.test(name);
