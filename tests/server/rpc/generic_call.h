// Calls a method by its name, as a client that has no code for it.
#ifndef KLUIS_TESTS_SERVER_RPC_GENERIC_CALL_H_
#define KLUIS_TESTS_SERVER_RPC_GENERIC_CALL_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kluis {

struct Reply {
  grpc::Status status;
  std::vector<std::string> messages;  // in wire format

  std::string bytes() const { return absl::StrJoin(messages, "\n"); }
};

// Every method of every service under proto/, whether a test knows it or not.
inline std::vector<const google::protobuf::MethodDescriptor*> AllMethods() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  const std::string root = KLUIS_SOURCE_DIR "/proto/";
  for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
    if (file.path().extension() != ".proto") continue;
    const std::string name = file.path().string().substr(root.size());
    const auto* described =
        google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    EXPECT_NE(described, nullptr) << name << " is not linked into this test";
    if (described == nullptr) continue;
    for (int s = 0; s < described->service_count(); ++s) {
      for (int m = 0; m < described->service(s)->method_count(); ++m)
        methods.push_back(described->service(s)->method(m));
    }
  }
  return methods;
}

// The request of `method` as text of protobuf, in wire format.
inline std::string RequestBytes(const google::protobuf::MethodDescriptor& method,
                                const std::string& text) {
  const auto request = std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method.input_type())
          ->New());
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get()))
      << method.full_name() << ": " << text;
  return request->SerializeAsString();
}

// `path`: "/service/method". `endless`: the method ends only when its client does, which is after
// the first message.
inline Reply CallByName(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                        const std::string& request, bool endless = false) {
  grpc::CompletionQueue queue;
  const auto done = [&queue] {
    void* tag = nullptr;
    bool good = false;
    return queue.Next(&tag, &good) && good;
  };
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareCall(&context, path, &queue);
  Reply reply;
  call->StartCall(nullptr);
  if (done()) {
    const grpc::Slice slice(request);
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    done();
    for (grpc::ByteBuffer message; call->Read(&message, nullptr), done();) {
      grpc::Slice whole;
      EXPECT_TRUE(message.DumpToSingleSlice(&whole).ok());
      reply.messages.emplace_back(reinterpret_cast<const char*>(whole.begin()), whole.size());
      if (endless) context.TryCancel();
    }
  }
  call->Finish(&reply.status, nullptr);
  done();
  if (endless && !reply.messages.empty()) reply.status = grpc::Status::OK;
  return reply;
}

inline Reply CallMethod(const std::shared_ptr<grpc::Channel>& channel,
                        const google::protobuf::MethodDescriptor& method,
                        const std::string& request, bool endless = false) {
  return CallByName(channel, absl::StrCat("/", method.service()->full_name(), "/", method.name()),
                    request, endless);
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RPC_GENERIC_CALL_H_
