fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&xweibo_upload_pic::OPERATION)
}
