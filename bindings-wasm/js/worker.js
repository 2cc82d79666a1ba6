/** The engine in a thread of its own, so that typing never waits for an answer. */
import { serve } from "./host.js";

const take = serve((message) => postMessage(message));
onmessage = ({ data }) => take(data);
