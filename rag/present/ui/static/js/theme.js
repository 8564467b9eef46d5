// Before the first paint: the colours this person chose here before, if any.
try {
  const chosen = localStorage.getItem("rag-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage may be shut off; the system's colours are used then */ }
