// The list of conversations: opened, named, exported, deleted.

const drawList = () => {
  const list = $("#conversations ul");
  if (list.querySelector(":is(.rename, .sure):not([hidden])")) return; // a name is being typed, or a question asked
  const chats = keptChats();
  $("#conversations .none").hidden = chats.length > 0;
  list.replaceChildren(
    ...chats.map((chat) => {
      const row = fromTemplate("kept");
      const title = row.querySelector(".title");
      row.dataset.chat = chat.id;
      title.textContent = (titleOf(chat) || title.dataset.unnamed).slice(0, 500);
      title.setAttribute("aria-label", title.dataset.label.replace("{}", title.textContent));
      if (chat.id === page.chat?.id) title.setAttribute("aria-current", "true");
      return row;
    }),
  );
};

const hideAsked = (row) => {
  row.querySelector(".rename").hidden = row.querySelector(".sure").hidden = true;
  row.querySelector(".tools").hidden = false;
};

const askRow = (row, part, focus) => {
  hideAsked(row);
  row.querySelector(".tools").hidden = true;
  row.querySelector(part).hidden = false;
  row.querySelector(focus).focus();
};

const renameChat = (row) => {
  const title = row.querySelector(".rename input").value.trim();
  const chat = row.dataset.chat === page.chat.id ? page.chat : readChat(row.dataset.chat);
  hideAsked(row);
  if (!chat) return drawList();
  chat.title = title;
  keepChat(chat);
  $(`#conversations li[data-chat="${CSS.escape(chat.id)}"] .title`)?.focus();
};

const deleteChat = (row) => {
  const id = row.dataset.chat;
  hideAsked(row);
  if (id === page.chat.id) leaveChat();
  store(key("chat", id), null);
  store(key("draft", id), null);
  if (id === page.chat.id) showChat(newChat());
  drawList();
  $("#conversations h2").focus();
};

const exportChat = async (id) => {
  const chat = readChat(id);
  if (!chat) return drawList();
  const title = titleOf(chat);
  const text = await reached(server.export({ title, turns: chat.turns, language: page.language }));
  if (text === undefined) return notice($("#frame").dataset.lost);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  link.download = `${title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "majlis"}.md`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const inList = (button) => {
  const row = button.closest("li");
  const input = row.querySelector(".rename input");
  switch (button.dataset.do) {
    case "open":
      return openChat(row.dataset.chat);
    case "rename":
      input.value = titleOf(readChat(row.dataset.chat) ?? newChat()).slice(0, input.maxLength);
      return askRow(row, ".rename", ".rename input");
    case "delete":
      return askRow(row, ".sure", ".sure [data-do=unask]");
    case "delete-now":
      return deleteChat(row);
    case "unask":
      hideAsked(row);
      return row.querySelector(".tools button").focus();
    case "export":
      return exportChat(row.dataset.chat);
  }
};
