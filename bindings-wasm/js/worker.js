/** The engine in a thread of its own, so that a long call never blocks typing. */
import { serve } from "./engine-server.js";

const handle = serve((message) => postMessage(message));
onmessage = ({ data }) => handle(data);
