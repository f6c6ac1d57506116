// Before the first paint: what needs JavaScript shows, what only stands in for it goes.
document.documentElement.classList.add("js");
