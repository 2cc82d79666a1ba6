import { open } from "kenpoint";

const field = document.querySelector("input");
const list = document.querySelector("ol");
try {
  const snapshot = await open(new URLSearchParams(location.search).get("src") ?? "help.ken");
  field.addEventListener("input", async () => {
    const { hits } = await snapshot.search(field.value, { limit: 5 });
    list.replaceChildren(...hits.map(({ title }) => Object.assign(document.createElement("li"), { textContent: title })));
  });
  document.title = `${snapshot.info.articles} articles`;
} catch (error) {
  document.title = `${error.name} ${error.kind}`;
}
