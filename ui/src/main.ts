/** Mounts the window's page. */
import { mount } from "svelte";
import "./style/tokens.css";
import "./style/base.css";
import App from "./App.svelte";
import { watch } from "./data/faults.svelte";
import { locale } from "./text/locale";

watch();
document.documentElement.lang = locale();
mount(App, { target: document.body });
