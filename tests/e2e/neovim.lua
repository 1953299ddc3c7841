-- Drives a real Neovim: opens a file, waits for diagnostics, asks for hover and definition, applies a fix, deletes a
-- module that nothing uses.
-- What happened is written as JSON to $SSOT_RESULT; the server's command line is $SSOT_SERVER, also JSON.

local result = { log = {} }

local function finish()
  local file = assert(io.open(vim.env.SSOT_RESULT, "w"))
  file:write(vim.json.encode(result))
  file:close()
  vim.cmd("qall!")
end

local function wait_for(what, condition)
  if not vim.wait(60000, condition, 20) then
    error("waited in vain for " .. what)
  end
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n") .. "\n"
end

local function shown(buffer)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, {
      code = diagnostic.code,
      source = diagnostic.source,
      message = diagnostic.message,
      line = diagnostic.lnum + 1,
      under = vim.api.nvim_buf_get_text(
        buffer, diagnostic.lnum, diagnostic.col, diagnostic.end_lnum, diagnostic.end_col, {}
      )[1],
    })
  end
  table.sort(found, function(a, b) return a.line < b.line end)
  return found
end

local function request(buffer, method, params)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 60000))
  local _, answer = next(answers)
  if answer.err then
    error(method .. ": " .. vim.inspect(answer.err))
  end
  return answer.result
end

local function here(needle)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search("\\V" .. needle, "cW") > 0, needle)
  return vim.lsp.util.make_position_params(0, "utf-16")
end

local function actions_at(buffer, needle)
  local params = here(needle)
  params.range = { start = params.position, ["end"] = params.position }
  params.position = nil
  params.context = { diagnostics = {}, only = { "quickfix" } }
  return request(buffer, "textDocument/codeAction", params) or {}
end

local function take(buffer, action)
  if not action.edit then
    action = request(buffer, "codeAction/resolve", action)
  end
  vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
end

local function run()
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.SSOT_FILE))
  local buffer = vim.api.nvim_get_current_buf()
  local id = assert(vim.lsp.start_client({
    name = "ssot",
    cmd = vim.json.decode(vim.env.SSOT_SERVER),
    root_dir = vim.fn.getcwd(),
    handlers = {
      ["window/logMessage"] = function(_, params)
        table.insert(result.log, params.message)
      end,
    },
  }))
  assert(vim.lsp.buf_attach_client(buffer, id))

  wait_for("diagnostics", function() return #vim.diagnostic.get(buffer) > 0 end)
  result.opened = shown(buffer)

  local hover = request(buffer, "textDocument/hover", here("Engine(user)"))
  result.hover = hover and hover.contents.value

  local targets = request(buffer, "textDocument/definition", here("Engine(user)"))
  result.definition = vim.tbl_map(function(target)
    return { path = vim.uri_to_fname(target.targetUri), line = target.targetSelectionRange.start.line + 1 }
  end, targets or {})

  -- typed at the start of the file, with a character outside the basic plane
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { "# \240\159\152\128" })
  wait_for("diagnostics to follow", function()
    local first = shown(buffer)[1]
    return first and first.line == 2
  end)
  result.typed = shown(buffer)

  local actions = actions_at(buffer, "Engine")
  result.actions = vim.tbl_map(function(action) return action.title end, actions)
  take(buffer, actions[1])
  result.fixed = text(buffer)

  wait_for("the diagnostics to go", function() return #vim.diagnostic.get(buffer) == 0 end)
  result.left = shown(buffer)

  -- changed on disk, as git would: what was canonical is deprecated now, and nobody tells the server
  local registry = assert(io.open("ssot.toml", "w"))
  registry:write(vim.env.SSOT_OTHER_REGISTRY)
  registry:close()
  wait_for("the changed registry", function() return #vim.diagnostic.get(buffer) > 0 end)
  result.watched = shown(buffer)

  -- the shim that the changed registry deprecates, and that nothing uses
  vim.cmd("edit ssot.toml")
  local opened = vim.api.nvim_get_current_buf()
  assert(vim.lsp.buf_attach_client(opened, id))
  wait_for("the finished entry", function() return #vim.diagnostic.get(opened) > 0 end)
  for _, action in ipairs(actions_at(opened, "app.shim")) do
    if vim.startswith(action.title, "Delete the module") then
      result.deletes = action.title
      take(opened, action)
    end
  end
  result.registry = text(opened)
  result.deleted = vim.fn.filereadable("app/shim.py") == 0
  wait_for("the entry to go", function() return #vim.diagnostic.get(opened) == 0 end)

  vim.lsp.stop_client(id)
  wait_for("the server to stop", function() return vim.lsp.client_is_stopped(id) end)
  result.stopped = true
end

local ok, message = xpcall(run, debug.traceback)
if not ok then
  result.error = message
end
finish()
