// kluisd: the operator's program. Wiring only.
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "disclosure/base/unknown_command.h"
#include "server/rpc/commands.h"
#include "server/rpc/witness_command.h"

namespace {

constexpr char kExamples[] =
    "Examples:\n"
    "  kluisd init enclave --demo\n"
    "  kluisd serve enclave --listen 127.0.0.1:7443\n"
    "  kluisd user add enclave anna@heerlen.nl --role researcher --organisation gemeente-heerlen\n"
    "  kluisd import enclave policies/datasets/persoon.yaml\n"
    "Exit codes: 0 done, 1 a fault of ours, 2 wrong usage or input, 6 server unreachable.";

void AddDirectory(CLI::App* command, std::string* dir) {
  command->add_option("DIR", *dir, "the enclave's directory")->required();
}

void AddWitness(CLI::App& app, kluis::WitnessOptions* witness, int* code) {
  CLI::App* command = app.add_subcommand("witness", "See that a log stays what it was, and say so");
  command->require_subcommand(1);
  CLI::App* init = command->add_subcommand("init", "Make a witness and print its public key");
  init->add_option("DIR", witness->dir, "a new directory")->required();
  init->add_option("--name", witness->name, "of the key, for example heerlen.nl/getuige")->required();
  init->add_option("--log", witness->logs, "a file with the log's public key, or a trust file")
      ->required();
  init->footer("Example:\n  kluisd witness init getuige --name heerlen.nl/getuige --log enclave.vkey");
  init->callback([=] { *code = kluis::RunWitnessInit(*witness); });
  CLI::App* serve = command->add_subcommand("serve", "Answer logs until SIGTERM");
  serve->add_option("DIR", witness->dir, "the witness's directory")->required();
  serve->add_option("--listen", witness->listen, "HOST:PORT, port 0 picks a free one")->required();
  serve->footer("Example:\n  kluisd witness serve getuige --listen 0.0.0.0:7450");
  serve->callback([=] { *code = kluis::RunWitnessServe(*witness); });
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0077);
  const rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // a core file would hold keys and rows
  // Linear programs ask for large blocks again and again; giving them back each time costs most of the time.
  for (const int limit : {M_TRIM_THRESHOLD, M_MMAP_THRESHOLD}) ::mallopt(limit, 1 << 30);
  CLI::App app("The Kluis enclave server.", "kluisd");
  app.footer(kExamples);
  app.require_subcommand(1);
  app.set_version_flag("--version", KLUIS_VERSION);
  int code = 0;

  kluis::InitOptions init;
  CLI::App* init_command =
      app.add_subcommand("init", "Make a new enclave: config, CA, keys, empty log, policies");
  AddDirectory(init_command, &init.dir);
  init_command->add_flag("--demo", init.demo,
                         "with generated registers of Parkstad Limburg, users and bundles");
  init_command->add_option("--host", init.host, "the name under which clients reach the server")
      ->capture_default_str();
  init_command->add_option("--data-key", init.data_key,
                           "a new file for the key of the data, on another device; default: keys/data.key in DIR");
  init_command->add_option("--engine", init.engine, "duckdb, in this process, or postgres, on clusters")
      ->capture_default_str();
  init_command->add_option("--dsn", init.dsns,
                           "of the engine postgres: a connection string for each cluster, of a role that reads")
      ->allow_extra_args(false);
  init_command->add_option("--load-dsn", init.load_dsns,
                           "likewise, in the same order, of a role that loads; default: --dsn")
      ->allow_extra_args(false);
  init_command->add_option("--shards", init.shards, "parts of each dataset over all clusters; default: one for each");
  init_command->footer("Examples:\n  kluisd init enclave --host kluis.example.nl\n"
      "  kluisd init enclave --engine postgres --dsn 'host=db1 dbname=kluis user=kluis_reader'");
  init_command->callback([&] { code = kluis::RunInit(init); });

  std::string dir, entry;
  CLI::App* import_command = app.add_subcommand("import", "Load microdata under a catalogue entry");
  AddDirectory(import_command, &dir);
  import_command->add_option("DATASET.yaml", entry, "the catalogue entry")->required();
  import_command->footer("Example:\n  kluisd import enclave policies/datasets/persoon.yaml");
  import_command->callback([&] { code = kluis::RunImport(dir, entry); });

  CLI::App* user_command = app.add_subcommand("user", "Add and revoke users");
  user_command->require_subcommand(1);
  kluis::NewUser user;
  std::string output;
  CLI::App* add_command =
      user_command->add_subcommand("add", "Register a user and write the bundle for kluis login");
  AddDirectory(add_command, &dir);
  add_command->add_option("ID", user.id, "for example an e-mail address")->required();
  add_command->add_option("--role", user.role, "researcher, reviewer, privacy-officer or operator")
      ->required();
  add_command->add_option("--organisation", user.organisation, "whose user it is")->required();
  add_command->add_option("--person", user.person,
                          "the human being, where several users are the same; default: the ID");
  add_command->add_option("-o", output, "the bundle's file; default ./ID.bundle");
  add_command->footer(
      "Example:\n  kluisd user add enclave anna@heerlen.nl --role researcher --organisation "
      "heerlen");
  add_command->callback([&] { code = kluis::RunUserAdd(dir, user, output); });
  CLI::App* revoke_command =
      user_command->add_subcommand("revoke", "Refuse a user from now on, at a running server too");
  AddDirectory(revoke_command, &dir);
  revoke_command->add_option("ID", user.id, "the user")->required();
  revoke_command->footer("Example:\n  kluisd user revoke enclave anna@heerlen.nl");
  revoke_command->callback([&] { code = kluis::RunUserRevoke(dir, user.id); });

  std::string before;
  CLI::App* retain_command = app.add_subcommand(
      "retain", "Remove the sealed parts of old log entries, at a running server too");
  AddDirectory(retain_command, &dir);
  retain_command
      ->add_option("--before", before, "a day, YYYY-MM-DD: what was logged before it has had its term")
      ->required();
  retain_command->footer("Example:\n  kluisd retain enclave --before 2016-01-01");
  retain_command->callback([&] { code = kluis::RunRetain(dir, before); });

  std::string data_key;
  CLI::App* rekey_command = app.add_subcommand(
      "rekey", "Change the data key: encrypt the data and the log's sealed parts anew");
  AddDirectory(rekey_command, &dir);
  rekey_command->add_option("--data-key", data_key,
                            "a new file for it, or one that holds 32 bytes; default: in DIR/keys");
  rekey_command->footer(
      "While nothing is served. When it is cut off, the same command goes on.\n"
      "Example:\n  kluisd rekey enclave --data-key /media/key/kluis-2027.key");
  rekey_command->callback([&] { code = kluis::RunRekey(dir, data_key); });

  kluis::WitnessOptions witness;
  AddWitness(app, &witness, &code);

  kluis::ServeOptions serve;
  CLI::App* serve_command =
      app.add_subcommand("serve", "Serve until SIGTERM; SIGHUP loads the policies again");
  AddDirectory(serve_command, &serve.dir);
  serve_command->add_option("--listen", serve.listen,
                            "HOST:PORT, port 0 picks a free one; default: config.yaml");
  serve_command->add_option("--admin", serve.admin,
                            "HOST:PORT on loopback for health, reflection and channelz");
  serve_command->footer(
      "Example:\n  kluisd serve enclave --listen 0.0.0.0:7443 --admin 127.0.0.1:7444");
  serve_command->callback([&] { code = kluis::RunServe(serve); });

  const std::string unknown = kluis::UnknownCommand(app, {argv + 1, argv + argc});
  if (!unknown.empty()) {
    std::fprintf(stderr, "error: %s\n", unknown.c_str());
    return 2;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return code;
}
